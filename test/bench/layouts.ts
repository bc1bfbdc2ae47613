// When what is on the page is about to be painted: for whoever measures there when something is to be seen.

/** Calls in each frame when all its work is done, as a resize observer is, and gives how to stop. */
export function eachLayout(look: () => void): () => void {
  const box = document.createElement('div');
  box.style.cssText = 'position: fixed; inline-size: 1px; contain: strict; visibility: hidden';
  document.body.append(box);
  const observer = new ResizeObserver(look);
  observer.observe(box);
  let request = 0;
  let size = 1;
  const frame = (): void => {
    box.style.blockSize = `${(size = 3 - size)}px`;
    request = requestAnimationFrame(frame);
  };
  frame();
  return () => {
    cancelAnimationFrame(request);
    observer.disconnect();
    box.remove();
  };
}
