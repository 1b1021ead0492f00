// Runs in a page before its own scripts, and notes from outside what the page does: it knows of no measurement.
(() => {
  const TICK = 10;
  const bench = (window.bench = {
    /** Times at which a chart was painted: from, to, which, what it held, and in which frame. */
    paints: [],
    /** Milliseconds in which an event of the stream was taken in. */
    folds: [],
    /** Metrics of events, with the time and the frame of their arrival. */
    arrivals: [],
    messages: 0,
    clears: 0,
    frame: 0,
    /** Milliseconds between frames, and the longest that a clock of the page was kept waiting. */
    gaps: [],
    blocked: 0,
    hydrated: 0,
    /** When the picture of the losses that the server drew was on the screen. */
    still: 0,
    memories: [],
    /** Forgets what was noted so far. */
    reset() {
      for (const list of ['paints', 'folds', 'arrivals', 'gaps']) this[list] = [];
      this.messages = this.clears = this.blocked = 0;
    },
    wasm: () => bench.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  });

  // A painting begins with an empty canvas, and is over with the last that is drawn on it.
  const prototype = CanvasRenderingContext2D.prototype;
  let paint = null;
  const clear = prototype.clearRect;
  prototype.clearRect = function (...box) {
    bench.clears++;
    const figure = this.canvas.closest?.('figure');
    if (figure) {
      const { testid: id, points, window: range } = figure.dataset;
      const from = performance.now();
      paint = { from, to: from, id, points: Number(points), until: Number(range?.split(' ')[1]), frame: bench.frame };
      bench.paints.push(paint);
    }
    return clear.apply(this, box);
  };
  for (const name of ['stroke', 'fill', 'fillRect', 'fillText']) {
    const draw = prototype[name];
    prototype[name] = function (...given) {
      const drawn = draw.apply(this, given);
      if (paint) paint.to = performance.now();
      return drawn;
    };
  }

  // A frame that holds it has been painted when a message that was sent in it arrives.
  const drawn = new MutationObserver(() => {
    if (!document.querySelector('[data-testid="loss-chart"] .still .line')) return;
    drawn.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (bench.still = performance.now());
      port2.postMessage(null);
    });
  });
  drawn.observe(document, { childList: true, subtree: true });

  // Costs a little itself, so it begins when it is asked for.
  bench.watch = () => {
    const request = window.requestAnimationFrame.bind(window);
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

  /** Lets `act` take a message in, and notes the events in it. */
  const noting = (act, events) =>
    act &&
    function (event) {
      const from = performance.now();
      act.call(this, event);
      const to = performance.now();
      bench.messages++;
      const updates = events(event.data);
      for (const { data } of updates) {
        bench.folds.push((to - from) / updates.length);
        bench.arrivals.push({ at: from, frame: bench.frame, data });
      }
    };
  const isUpdate = (event) => event.type === 'training_update';
  const one = (text) => (text.startsWith('{"type":"training_update"') ? [JSON.parse(text)] : []);
  const several = (text) => JSON.parse(text).map(([, event]) => event).filter(isUpdate);
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    set onmessage(act) {
      super.onmessage = noting(act, one);
    }
    get onmessage() {
      return super.onmessage;
    }
    addEventListener(name, act, ...rest) {
      super.addEventListener(name, name === 'batch' ? noting(act, several) : act, ...rest);
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
