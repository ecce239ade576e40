/**
 * Makes objects some members of which are worked out each time they are read. Objects that inherit from one have them, too.
 *
 * They are of a class: a getter in an object literal is a function of that one object, and V8 would keep the object and
 * all it leads to in memory for long (decision 0014).
 *
 * @param names the members that are worked out
 */
export function membersOnDemand<T extends object, K extends keyof T>(...names: readonly K[]) {
  type OnDemand = { readonly [N in K]: () => T[N] };

  class Made {
    readonly onDemand: OnDemand;

    constructor(given: Omit<T, K>, onDemand: OnDemand) {
      Object.assign(this, given);
      this.onDemand = onDemand;
    }
  }

  for (const name of names) {
    Object.defineProperty(Made.prototype, name, {
      get(this: Made) {
        return this.onDemand[name]();
      },
    });
  }
  // What is given lies in it, the rest in its prototype.
  return (given: Omit<T, K>, onDemand: OnDemand): T => new Made(given, onDemand) as unknown as T;
}
