import type { StepServices } from '../../engine/ports/step.ts';

/** The services of a step with some of them replaced; all others, those that change meanwhile included, are its own. */
export function servicesWith(services: StepServices, replaced: Partial<StepServices>): StepServices {
  return Object.create(services, Object.getOwnPropertyDescriptors(replaced)) as StepServices;
}
