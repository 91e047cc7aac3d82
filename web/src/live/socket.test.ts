import { beforeEach, describe, expect, test } from "vitest";
import { type TopicFrame, topics } from "./frames";
import { LiveSocket, waitBefore } from "./socket";

const TOPIC = topics.run("r1");
const HELLO = { event: "hello", server: "s1", version: "1", beat_s: 10 };

class FakeSocket {
  sent: object[] = [];
  closed = false;
  onmessage: (message: { data: string }) => void = () => {};
  onclose: () => void = () => {};
  send = (text: string) => this.sent.push(JSON.parse(text));
  close = () => {
    this.closed = true;
  };
  say = (frame: object) => this.onmessage({ data: JSON.stringify(frame) });
}

let sockets: FakeSocket[];
let timers: { ms: number; act: () => void }[];
let told: TopicFrame[];
let live: LiveSocket;

const last = () => sockets[sockets.length - 1] as FakeSocket;
const fire = () => {
  const timer = timers.pop();
  timer?.act();
  return timer?.ms;
};

beforeEach(() => {
  sockets = [];
  timers = [];
  told = [];
  live = new LiveSocket(
    {
      open: () => {
        sockets.push(new FakeSocket());
        return last() as unknown as WebSocket;
      },
      after: (ms, act) => {
        const timer = { ms, act };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
      random: () => 1,
    },
    (frame) => told.push(frame),
  );
});

describe("the connection", () => {
  test("is connecting until the server has greeted, then live", () => {
    live.connect();
    expect(live.connection.get()).toEqual({ status: "connecting" });
    last().say(HELLO);
    expect(live.connection.get()).toEqual({ status: "live", server: "s1", version: "1" });
  });

  test("is lost when it closes, and tries again, ever later, up to five seconds", () => {
    live.connect();
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => {
      last().onclose();
      expect(live.connection.get()).toEqual({ status: "lost", attempt });
      return fire();
    });
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(sockets.length).toBe(8);
  });

  test("is lost after two silent beats, though nobody closed it", () => {
    live.connect();
    last().say(HELLO);
    expect(fire()).toBe(22_000);
    expect(live.connection.get().status).toBe("lost");
    expect(last().closed).toBe(true);
  });

  test("tries at once when told that the machine is back", () => {
    live.connect();
    last().onclose();
    live.hurry();
    expect(sockets.length).toBe(2);
    live.hurry();
    expect(sockets.length).toBe(2);
  });

  test("waits are spread, so that twenty tabs do not come at once", () => {
    expect([0, 0.5, 1].map((n) => waitBefore(3, () => n))).toEqual([500, 750, 1000]);
  });
});

describe("topics", () => {
  test("are asked for once, however many want them, and ended with the last one", () => {
    live.connect();
    last().say(HELLO);
    const leave = [live.subscribe(TOPIC, () => {}), live.subscribe(TOPIC, () => {})];
    expect(last().sent).toEqual([{ op: "subscribe", topic: TOPIC }]);
    leave[0]?.();
    expect(last().sent.length).toBe(1);
    leave[1]?.();
    expect(last().sent[1]).toEqual({ op: "unsubscribe", topic: TOPIC });
  });

  test("wait for the greeting", () => {
    live.subscribe(TOPIC, () => {});
    live.connect();
    expect(last().sent).toEqual([]);
    last().say(HELLO);
    expect(last().sent).toEqual([{ op: "subscribe", topic: TOPIC }]);
  });

  test("go on from the last cursor that came with an event, not from the resumption's own", () => {
    live.connect();
    last().say(HELLO);
    live.subscribe(TOPIC, () => {});
    last().say({ event: "subscribed", topic: TOPIC, cursor: "1:10", snapshot: {} });
    last().say({ event: "logs_added", topic: TOPIC, cursor: "1:20", logs: [] });
    last().onclose();
    fire();
    last().say(HELLO);
    expect(last().sent).toEqual([{ op: "subscribe", topic: TOPIC, after: "1:20" }]);
    last().say({ event: "subscribed", topic: TOPIC, cursor: "1:90", snapshot: {} });
    last().onclose(); // before what was missed has come
    fire();
    last().say(HELLO);
    expect(last().sent).toEqual([{ op: "subscribe", topic: TOPIC, after: "1:20" }]);
  });

  test("tell the cache first, then their own handlers, and nothing after the end", () => {
    const own: string[] = [];
    live.connect();
    last().say(HELLO);
    const leave = live.subscribe(TOPIC, () => own.push(`after ${told.length}`));
    last().say({ event: "run_updated", topic: TOPIC, run: {} });
    leave();
    last().say({ event: "run_updated", topic: TOPIC, run: {} });
    expect([own, told.length]).toEqual([["after 1"], 1]);
  });
});
