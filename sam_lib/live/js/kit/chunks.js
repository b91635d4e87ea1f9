// Long computations in short pieces, so that the page answers in between.

const PIECE = 4;

// Does work(item) for all items, `PIECE` milliseconds at a time, until stop(); finish() does the rest at once.
export function inChunks(items, work) {
  const channel = new MessageChannel();
  let next = 0;
  let stopped = false;
  channel.port1.onmessage = () => {
    if (stopped) return;
    const until = performance.now() + PIECE;
    while (next < items.length && performance.now() < until) work(items[next++]);
    if (next < items.length) channel.port2.postMessage(null);
  };
  channel.port2.postMessage(null);
  return {
    stop() {
      stopped = true;
    },
    finish() {
      stopped = true;
      while (next < items.length) work(items[next++]);
    },
  };
}
