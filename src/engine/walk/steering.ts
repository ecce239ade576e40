import type { Strand } from './strand.ts';
import type { Visit } from './visit.ts';

/**
 * Instructions from a supervisor or a person on their way to the next prompt. One that names a node
 * waits for that node, wherever it runs next; any other goes to the next prompt of every strand.
 */
export class Steering {
  readonly #addressed = new Map<string, readonly string[]>();

  /** @param strands the strands being walked now; branches that start later take it over from their parent */
  receive(text: string, node: string | undefined, strands: Iterable<Strand>): void {
    if (node !== undefined) {
      this.#addressed.set(node, [...(this.#addressed.get(node) ?? []), text]);
      return;
    }
    for (const strand of strands) strand.steering = [...strand.steering, text];
  }

  /** What the visit's next prompt carries, oldest first; it is delivered once. */
  take({ strand, node }: Visit): readonly string[] {
    const taken = [...strand.steering, ...(this.#addressed.get(node.id) ?? [])];
    strand.steering = [];
    this.#addressed.delete(node.id);
    return taken;
  }
}
