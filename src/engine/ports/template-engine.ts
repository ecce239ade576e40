/** Renders Jinja2 templates (semantics.md, Language). Started by `app/` in Node and by `web/` in the browser. */
export interface TemplateEngine {
  /** Strict: an undefined variable is an error. Throws `TemplateError`. */
  render(template: string, variables: Readonly<Record<string, unknown>>): string;
}

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
