"""Every JSON object that chipdb prints, made from answers, chips and rules."""
