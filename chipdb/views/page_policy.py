"""What the content security policy of a page lets the browser run."""

from __future__ import annotations

import base64
import hashlib


def allowed_by_hash(text: str) -> str:
    """The name by which a policy allows a script or style: the hash of its exact text.

    A script that anyone adds to the page has another hash, so the browser does not run it.

    >>> allowed_by_hash("alert(1)")
    "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    """
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
