/** Name, links to the views, and the theme switch. */
import type { MouseEvent } from 'react';
import styles from './Header.module.css';
import { navigate, routes, type RouteName } from './routes.ts';
import { settingsStore, type Theme } from './settings.ts';
import { useStore } from '../state/store.ts';

export function Header({ current }: { current: RouteName | undefined }): React.ReactNode {
  return (
    <header className={styles.header}>
      <div className={styles.inner}>
        <a className={styles.brand} href="/" onClick={(event) => follow(event, '/')}>
          <Mark />
          Understudy
        </a>
        <nav className={styles.nav} aria-label="Views">
          {routes.map(({ name, path, label }) => (
            <a
              key={name}
              href={path}
              aria-current={name === current ? 'page' : undefined}
              onClick={(event) => follow(event, path)}
            >
              {label}
            </a>
          ))}
        </nav>
        <ThemeSwitch />
      </div>
    </header>
  );
}

/** Plain clicks stay in the page; modified ones (new tab, download) are the browser's. */
function follow(event: MouseEvent, path: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  navigate(path);
}

const nextTheme: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const themeLabel: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

function ThemeSwitch(): React.ReactNode {
  const { theme } = useStore(settingsStore);
  const label = `Theme: ${themeLabel[theme]}. Switch to ${themeLabel[nextTheme[theme]]}`;
  return (
    <button
      type="button"
      className={styles.theme}
      aria-label={label}
      title={label}
      onClick={() => settingsStore.dispatch({ theme: nextTheme[theme] })}
    >
      <svg
        viewBox="0 0 20 20"
        width="18"
        height="18"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
      >
        {theme === 'system' && (
          <>
            <circle cx="10" cy="10" r="6.4" />
            <path d="M10 3.6a6.4 6.4 0 0 1 0 12.8z" fill="currentColor" stroke="none" />
          </>
        )}
        {theme === 'light' && (
          <>
            <circle cx="10" cy="10" r="3.4" />
            <path
              strokeLinecap="round"
              d="M10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2"
            />
          </>
        )}
        {theme === 'dark' && (
          <path strokeLinejoin="round" d="M16.2 12.1A6.8 6.8 0 0 1 7.9 3.8a6.8 6.8 0 1 0 8.3 8.3z" />
        )}
      </svg>
    </button>
  );
}

/** The teacher as an outline, the student in front of it. */
function Mark(): React.ReactNode {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <circle cx="12" cy="16" r="9" fill="none" stroke="var(--series-2)" strokeWidth="2.6" />
      <circle cx="20.5" cy="16" r="9.5" fill="var(--accent)" />
    </svg>
  );
}
