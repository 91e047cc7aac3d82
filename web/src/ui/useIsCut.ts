/** Whether a text is cut off where it stands. */
import { type RefObject, useEffect, useState } from "react";

export function useIsCut(place: RefObject<HTMLElement | null>): boolean {
  const [isCut, setIsCut] = useState(false);
  useEffect(() => {
    const text = place.current;
    if (!text) return;
    const look = () => setIsCut(text.scrollHeight > text.clientHeight + 1);
    const observer = new ResizeObserver(look);
    observer.observe(text);
    return () => observer.disconnect();
  }, [place]);
  return isCut;
}
