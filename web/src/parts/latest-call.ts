/** The latest call of a component to the service: a new one, or the end of the component, aborts the one before. */
import { useEffect, useRef } from "preact/hooks";

interface LatestCall {
  /** Aborts the call before and returns the signal of the next one. */
  start: () => AbortSignal;
  abort: () => void;
}

export function useLatestCall(): LatestCall {
  const controller = useRef(new AbortController());
  useEffect(() => () => controller.current.abort(), []);
  const abort = () => controller.current.abort();
  const start = () => {
    abort();
    controller.current = new AbortController();
    return controller.current.signal;
  };
  return { start, abort };
}
