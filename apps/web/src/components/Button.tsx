/** The page's one button. `kind` says how much it matters; an icon-less label is always visible text. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'plain' | 'quiet';
}

export function Button({ kind = 'plain', className, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={[styles.button, styles[kind], className].filter(Boolean).join(' ')}
      {...rest}
    />
  );
}
