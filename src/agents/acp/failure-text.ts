import { isTransientStatus } from '../cli/turn-failure.ts';

/** Whether what an agent says of a failure speaks of something that may pass (3.6), where it says it only in words. */
export function soundsPassing(text: string): boolean {
  const [, status] = statusForm.exec(text) ?? [];
  return status === undefined ? passingWords.test(text) : isTransientStatus(Number(status));
}

const statusForm = /(?:^|\b(?:status|error|http|code|rejected)\b\W*(?:code\W*)?)([45]\d\d)\b/i;

const passingWords =
  /rate.?limit|too many requests|overloaded|high demand|temporar|timed? ?out|connection (?:error|refused|reset|closed)|ECONN|fetch failed/i;
