import type { OfflineSection } from '../../contract/config/offline.ts';

/** The original's address for it; asked only where `auto_detect` is on. */
const usualCheckUrl = 'https://httpbin.org/status/200';

const patienceMs = 3_000;
const usualCacheMs = 60_000;

export interface OfflineDetectorOptions {
  /** Anything but a success of this address, redirects followed, means offline. */
  readonly url: string;
  /** How long what was found out counts. */
  readonly cacheMs?: number;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
}

/** Whether the network is there, asked at most once a minute. */
export class OfflineDetector {
  readonly #url: string;
  readonly #cacheMs: number;
  readonly #now: () => number;
  #known: { readonly until: number; readonly isOffline: Promise<boolean> } | undefined;

  constructor({ url, cacheMs = usualCacheMs, now = () => performance.now() }: OfflineDetectorOptions) {
    this.#url = url;
    this.#cacheMs = cacheMs;
    this.#now = now;
  }

  /** `afresh`: whatever was found out before. */
  isOffline(afresh = false): Promise<boolean> {
    const now = this.#now();
    if (afresh || !this.#known || now >= this.#known.until) {
      this.#known = { until: now + this.#cacheMs, isOffline: isOut(this.#url) };
    }
    return this.#known.isOffline;
  }
}

/** Being offline is an answer here, not a failure. */
async function isOut(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(patienceMs) });
    return !response.ok;
  } catch {
    return true;
  }
}

export interface OfflineOptions {
  /** `--offline`. */
  readonly isAsked: boolean;
  readonly section: OfflineSection | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether the work is done offline: as asked by flag or ORCHESTRA_OFFLINE, else as configured, else as found out where that is wanted. */
export function offlineMode({ isAsked, section, env }: OfflineOptions): () => Promise<boolean> {
  const { enabled = false, auto_detect: detects = false, check_url: url } = settingsOf(section);
  if (isAsked || isOn(env['ORCHESTRA_OFFLINE']) || enabled) return async () => true;
  if (!detects) return async () => false;
  const detector = new OfflineDetector({ url: url ?? env['CONNECTIVITY_CHECK_URL'] ?? usualCheckUrl });
  return () => detector.isOffline();
}

function settingsOf(section: OfflineSection | undefined): Exclude<OfflineSection, boolean> {
  return typeof section === 'object' ? section : { enabled: section === true };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());
}
