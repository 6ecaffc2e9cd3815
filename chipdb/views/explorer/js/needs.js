// What is missing to know: for each missing figure or fact that matters, where its line is cut and what each piece answers.

function needsOf(rule, standpoint, subject, law) {
  const [view, ...others] = standpoint.views;
  const leaves = law.leaves(rule);
  const samples = pointsOf(view, leaves);
  const rest = others.map((other) => pointsOf(other, leaves)[0]);
  const settled = Object.fromEntries(Object.entries(standpoint.facts).filter(([, value]) => value !== null));
  const answer = (point) => findingAt(rule, law, { kind: subject.kind, points: [point, ...rest], facts: settled });

  const completed = (point) => {
    const spans = Object.fromEntries(Object.entries(view.spans).map(([name, span]) => [name, span[0]]));
    return { ...point, spans: { ...spans, ...point.spans } };
  };
  const along = (name, point) => {
    const spans = Object.entries(view.spans).map(([other, span]) => [
      other,
      other === name ? span : [point.spans[other], point.spans[other]],
    ]);
    const fixed = { ...view, spans: Object.fromEntries(spans) };
    return line(fixed, name, cutsOf(fixed, name, leaves), (value) =>
      answer({ ...point, spans: { ...point.spans, [name]: value } }),
    );
  };
  const turned = (point, name, value) => findingKey(answer({ ...point, facts: { ...point.facts, [name]: value } }));

  const figures = Object.keys(view.missing).filter((name) =>
    samples.some((point) => name in point.spans && along(name, completed(point)).length > 1),
  );
  const asked = [...new Set(leaves.filter((leaf) => leaf[0] === "fact").map((leaf) => leaf[1]))];
  const known = { ...view.facts, ...standpoint.facts };
  const facts = asked.filter(
    (name) => (known[name] ?? null) === null && samples.some((point) => turned(point, name, true) !== turned(point, name, false)),
  );
  const alone = figures.length + facts.length === 1;
  return [
    ...figures.map((name) => ({
      figure: name,
      missing: view.missing[name],
      pieces: alone ? along(name, completed(samples[0])) : null,
    })),
    ...facts.map((name) => ({
      fact: name,
      values: alone
        ? [true, false].map((value) => [value, answer({ ...samples[0], facts: { ...samples[0].facts, [name]: value } })])
        : null,
    })),
  ];
}

/** The answers along one metric's line, neighbors with the same answer joined. */
function line(view, name, cutAt, answer) {
  const [low, high] = view.spans[name];
  const ends = [low, ...cutAt, high];
  const pieces = [];
  const append = (piece) => {
    const last = pieces[pieces.length - 1];
    if (last && findingKey(last.answer) === findingKey(piece.answer)) Object.assign(last, { to: piece.to, closed: piece.closed });
    else pieces.push(piece);
  };
  if (isZero(low) && high !== null && !same(low, high)) pieces.push({ from: null, to: low, closed: true, answer: answer(low) });
  for (let at = 0; at + 1 < ends.length; at += 1) {
    const [start, stop] = [ends[at], ends[at + 1]];
    if (same(start, low) && same(stop, low)) return [{ from: null, to: null, closed: false, answer: answer(start) }];
    append({
      from: start,
      to: stop,
      closed: false,
      answer: answer(stop === null ? add(times(start, TWO), ONE) : middle(start, stop)),
    });
    if (at + 2 < ends.length) append({ from: stop, to: stop, closed: true, answer: answer(stop) });
  }
  pieces[0].from = isZero(low) ? null : low;
  Object.assign(pieces[pieces.length - 1], { to: high, closed: high !== null });
  return pieces;
}
