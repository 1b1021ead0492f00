// Runs in a page before its own scripts, and notes from outside what the page does: it knows of no measurement.
(() => {
  const TICK = 10;
  const bench = (window.bench = {
    /** Times at which a chart was painted: from, to, which, what it held, and in which frame. */
    paints: [],
    /** Milliseconds in which an event of the stream was taken in. */
    folds: [],
    /** Milliseconds of a frame's callbacks that painted nothing. */
    wakes: [],
    /** Metrics of events, with the time and the frame of their arrival. */
    arrivals: [],
    messages: 0,
    clears: 0,
    frame: 0,
    /** Milliseconds between frames, and the longest that a clock of the page was kept waiting. */
    gaps: [],
    blocked: 0,
    hydrated: 0,
    memories: [],
    /** Forgets what was noted so far. */
    reset() {
      for (const list of ['paints', 'folds', 'wakes', 'arrivals', 'gaps']) this[list] = [];
      this.messages = this.clears = this.blocked = 0;
    },
    wasm: () => bench.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  });

  let painted = null;
  const prototype = CanvasRenderingContext2D.prototype;
  const clear = prototype.clearRect;
  prototype.clearRect = function (...box) {
    painted = this.canvas;
    bench.clears++;
    return clear.apply(this, box);
  };

  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) =>
    request((time) => {
      painted = null;
      const from = performance.now();
      act(time);
      const to = performance.now();
      const figure = painted?.closest('figure');
      if (figure) {
        const { testid: id, points, window: range } = figure.dataset;
        bench.paints.push({ from, to, id, points: Number(points), until: Number(range?.split(' ')[1]), frame: bench.frame });
      } else {
        bench.wakes.push(to - from);
      }
    });

  // Costs a little itself, so it begins when it is asked for.
  bench.watch = () => {
    let last = 0;
    const count = (time) => {
      if (last) bench.gaps.push(time - last);
      last = time;
      bench.frame++;
      request(count);
    };
    request(count);
    // Whether the page could answer: a clock that is late was kept waiting.
    let due = performance.now() + TICK;
    setInterval(() => {
      bench.blocked = Math.max(bench.blocked, performance.now() - due);
      due = performance.now() + TICK;
    }, TICK);
  };

  const Source = window.EventSource;
  window.EventSource = class extends Source {
    set onmessage(act) {
      super.onmessage =
        act &&
        ((event) => {
          const from = performance.now();
          act.call(this, event);
          const to = performance.now();
          bench.messages++;
          const { type, data } = JSON.parse(event.data);
          if (type === 'training_update') {
            bench.folds.push(to - from);
            bench.arrivals.push({ at: from, frame: bench.frame, data });
          }
        });
    }
    get onmessage() {
      return super.onmessage;
    }
  };

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const made = await make(...given);
      const { memory } = (made.instance ?? made).exports;
      if (memory) bench.memories.push(memory);
      return made;
    };
  }

  new MutationObserver(() => {
    bench.hydrated ||= performance.now();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-hydrated'] });
})();
