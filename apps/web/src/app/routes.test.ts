import { describe, expect, it } from 'vitest';
import { viewFolders } from '../../vite-plugins/static-host.ts';
import { routeOf, routes } from './routes.ts';

describe('routes', () => {
  it('knows a view with and without trailing slash, and nothing else', () => {
    expect(routeOf('/')?.name).toBe('compress');
    expect(routeOf('/compare')?.name).toBe('compare');
    expect(routeOf('/lab/')?.name).toBe('lab');
    expect(routeOf('/lab/index.html')?.name).toBe('lab');
    expect(routeOf('/nowhere')).toBeUndefined();
  });

  it('has a built page for every view', () => {
    expect(['/', ...viewFolders.map((folder) => `/${folder}`)]).toEqual(routes.map((route) => route.path));
  });
});
