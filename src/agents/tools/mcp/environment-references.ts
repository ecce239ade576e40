import { OrchestraError } from '../../../shared/errors.ts';

/**
 * A setting with a variable of Orchestra's environment in the place of each `${NAME}`: secrets stand there, not in a file of
 * the project.
 * @param place of the setting, for the message
 * @throws OrchestraError CONFIG_INVALID for a variable that is not set
 */
export function withVariables(text: string, env: Readonly<Record<string, string | undefined>>, place: string): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_reference, name: string) => {
    const value = env[name];
    if (value !== undefined) return value;
    throw new OrchestraError('CONFIG_INVALID', `${place} of orchestra.yaml refers to \${${name}}, which is not set`, {
      hint: `Set the variable ${name} before you start orchestra.`,
    });
  });
}
