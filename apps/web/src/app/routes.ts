/**
 * The views and their addresses. They are real links: the router only saves the reload, so that a running queue lives on
 * while another view is shown. Query parameters (`?engine=`) stay while moving about.
 */
import { useSyncExternalStore } from 'react';

export type RouteName = 'compress' | 'compare' | 'lab' | 'models';

export interface Route {
  name: RouteName;
  path: string;
  label: string;
}

export const routes: readonly Route[] = [
  { name: 'compress', path: '/', label: 'Compress' },
  { name: 'compare', path: '/compare', label: 'Compare' },
  { name: 'lab', path: '/lab', label: 'Teacher lab' },
  { name: 'models', path: '/models', label: 'Models' },
];

/** The view of a path, with or without a trailing slash; undefined for an address nobody has. */
export function routeOf(pathname: string): Route | undefined {
  const path = pathname === '/' ? '/' : pathname.replace(/\/(index\.html)?$/, '');
  return routes.find((route) => route.path === path);
}

const listeners = new Set<() => void>();

export function navigate(path: string): void {
  history.pushState(null, '', path + location.search);
  for (const listener of listeners) listener();
  scrollTo(0, 0);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

export function usePathname(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}
