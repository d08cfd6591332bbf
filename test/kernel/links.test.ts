import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reducer } from '../../src/kernel/actor.ts';
import { uniform } from '../../src/kernel/distribution.ts';
import { Loop, type Model } from '../../src/kernel/loop.ts';
import { after, fan, type Receiver, send } from './toy-effects.ts';
import { actor, modelOf, note } from './toy-model.ts';

const SEND = 0;
const ARRIVE = 1;
const SENDER = 0;
const RECEIVER = 1;
const LINKS = 2;
const EVERYBODY = -1;

interface Message {
  readonly at: number;
  /** Link it goes over; EVERYBODY for a fan over all. */
  readonly link: number;
  readonly name: number;
}

const receivers: readonly Receiver[] = [0, 1].map((link) => ({
  actor: RECEIVER,
  kind: link,
  object: -1,
  link,
  site: 0,
}));

const sender: Reducer<readonly number[][], Message> = (sent, event) => {
  const { link, name } = event.data;
  const next = sent.map((names, index) => (link === EVERYBODY || link === index ? [...names, name] : names));
  const effect =
    link === EVERYBODY
      ? fan(ARRIVE, receivers, 0, name, name)
      : send(ARRIVE, RECEIVER, link, 0, name, name, link, 0);
  return [next, [effect]];
};

const receiver: Reducer<readonly number[], number> = (names, event) => [[...names, event.data], []];

function sending(messages: readonly Message[], maxDelay: number, ties: Model['ties']): Model {
  const actors = [
    actor('sender', [sender], [[[[], []]]]),
    actor('receiver', [undefined, receiver], [[[]], [[]]]),
  ];
  return modelOf(actors, {
    sites: [uniform(0, maxDelay)],
    links: LINKS,
    ties,
    initial: messages.map((message) => after(SEND, SENDER, 0, 0, -1, message, message.at)),
  });
}

const arbitraryMessages = fc
  .array(fc.record({ at: fc.nat(30), link: fc.constantFrom(0, 1, EVERYBODY) }), { maxLength: 40 })
  .map((rows) => rows.map((row, name): Message => ({ ...row, name })));

describe.each(['sequence', 'shuffled'] as const)('a link, with ties in order "%s"', (ties) => {
  test('never reorders what it carries, whatever the delays', () => {
    const property = fc.property(
      arbitraryMessages,
      fc.constantFrom(0, 1, 50),
      fc.integer(),
      (messages, max, seed) => {
        const loop = new Loop(sending(messages, max, ties), seed, { trace: false });
        loop.run();
        const sent = loop.cells[SENDER]![0]![0];
        const received = loop.cells[RECEIVER]!.map((kind) => kind[0]);
        expect(received).toEqual(sent);
      },
    );
    fc.assert(property, { seed: 11, numRuns: 300 });
  });

  test('delivers nothing before it was sent', () => {
    const messages = Array.from({ length: 50 }, (_, name) => ({ at: name * 3, link: EVERYBODY, name }));
    const loop = new Loop(sending(messages, 20, ties), 5, { trace: true });
    loop.run();
    const { times, causes, types } = loop.trace!;
    const arrivals = types.flatMap((type, seq) => (type === ARRIVE ? [seq] : []));
    expect(arrivals).toHaveLength(100);
    for (const seq of arrivals) expect(times[seq]!).toBeGreaterThanOrEqual(times[causes[seq]!]!);
  });
});

test('an arrival is the later of its own delay and the arrival before it on that link', () => {
  const messages = Array.from({ length: 60 }, (_, name) => ({ at: name, link: name % 2, name }));
  const model = sending(messages, 40, 'sequence');
  const loop = new Loop(model, 3, { trace: true });
  loop.run();
  const { times, types, data } = loop.trace!;
  const arrivedAt = (name: number) => times[types.findIndex((t, seq) => t === ARRIVE && data[seq] === name)];

  const { draws } = new Loop(model, 3, { trace: false });
  const last = [0, 0];
  const overtaken: number[] = [];
  for (const { at, link, name } of messages) {
    const alone = at + draws.delay(0, RECEIVER, name, 0);
    if (alone < last[link]!) overtaken.push(name);
    last[link] = Math.max(last[link]!, alone);
    expect(arrivedAt(name)).toBe(last[link]);
  }
  expect(overtaken).not.toEqual([]);
});

test('links do not wait for each other', () => {
  const delays = [uniform(900, 900), uniform(10, 10)];
  const twice: Reducer<null, null> = () => [
    null,
    [send(ARRIVE, RECEIVER, 0, 0, 0, 'slow', 0, 0), send(ARRIVE, RECEIVER, 0, 0, 0, 'fast', 1, 1)],
  ];
  const actors = [actor('sender', [twice], [[null]]), actor('receiver', [undefined, note])];
  const model = modelOf(actors, { sites: delays, links: 2, initial: [after(SEND, 0, 0, 0, 0, null, 0)] });
  const loop = new Loop(model, 0, { trace: false });
  loop.run();
  expect(loop.cells[RECEIVER]![0]![0]).toEqual(['fast at 10', 'slow at 900']);
});

test('with shuffled ties two messages never share an instant on a link, not even at time 0', () => {
  const messages = Array.from({ length: 8 }, (_, name) => ({ at: 0, link: 0, name }));
  const loop = new Loop(sending(messages, 0, 'shuffled'), 1, { trace: true });
  loop.run();
  const { times, types } = loop.trace!;
  expect(times.filter((_, seq) => types[seq] === ARRIVE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
