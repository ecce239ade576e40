import { useEffect, useRef, useState } from 'react';
import type { Drawing } from './analysis.ts';

interface PictureProps {
  readonly drawing: Drawing | undefined;
  /** The drawing shows the text as it is, not as it was when it could last be read. */
  readonly isCurrent: boolean;
  readonly onChoose: (node: string) => void;
}

/** The graph; clicking a node goes to its place in the text. */
export function Picture({ drawing, isCurrent, onChoose }: PictureProps) {
  const [isFullSize, setFullSize] = useState(false);
  const isStale = drawing !== undefined && !isCurrent;
  return (
    <section className="picture" aria-labelledby="picture-title">
      <div className="title">
        <h2 id="picture-title">Picture {isStale ? <span>of the text when it could last be read</span> : undefined}</h2>
        <button type="button" aria-pressed={isFullSize} onClick={() => setFullSize(!isFullSize)}>
          Full size
        </button>
      </div>
      <div className={['scroll', isStale ? 'stale' : '', isFullSize ? '' : 'fitted'].join(' ')}>
        {drawing ? <Svg drawing={drawing} onChoose={onChoose} /> : undefined}
      </div>
    </section>
  );
}

interface SvgProps {
  readonly drawing: Drawing;
  readonly onChoose: (node: string) => void;
}

function Svg({ drawing: { name, svg, places }, onChoose }: SvgProps) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    // Parsed, never set as markup: what the parser takes for a script does not run.
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    frame.current?.replaceChildren(parsed);
  }, [svg]);
  // A shortcut for the mouse only: on a keyboard the text itself is as near.
  useEffect(() => {
    const listener = new AbortController();
    const choose = ({ target }: MouseEvent): void => {
      const node = nodeAt(target);
      if (node !== undefined) onChoose(node);
    };
    frame.current?.addEventListener('click', choose, listener);
    return () => listener.abort();
  }, [onChoose]);
  return <figure ref={frame} aria-label={`Graph of ${name} with ${places.size} nodes`} />;
}

const idPrefix = 'node-';

function nodeAt(target: EventTarget | null): string | undefined {
  const group = target instanceof Element ? target.closest(`[id^="${idPrefix}"]`) : null;
  return group?.id.slice(idPrefix.length);
}
