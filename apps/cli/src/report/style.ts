/**
 * Whether and how words are coloured. Only standard error ever is: what goes to standard output is meant for programs.
 */
export interface Style {
  error(text: string): string;
  warning(text: string): string;
  faint(text: string): string;
}

/** `--color` wins; `auto` means a terminal, no non-empty NO_COLOR and no TERM=dumb. */
export function wantsColor(
  when: 'auto' | 'always' | 'never',
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (when !== 'auto') return when === 'always';
  return isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

export function styleFor(color: boolean): Style {
  const paint = (code: string) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { error: paint('1;31'), warning: paint('1;33'), faint: paint('2') };
}
