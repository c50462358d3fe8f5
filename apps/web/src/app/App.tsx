/** The frame around every view: header with real links, theme switch, live region, footer. Views load on demand. */
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useAnnouncement } from './announcer.ts';
import styles from './App.module.css';
import { Header } from './Header.tsx';
import { routeOf, usePathname, type RouteName } from './routes.ts';
import { Shortcuts } from './Shortcuts.tsx';
import { CompressView } from '../compress/CompressView.tsx';
import { Notice } from '../components/Notice.tsx';
import { UpdateNotice } from '../offline/UpdateNotice.tsx';

const CompareView = lazy(() =>
  import('../compare/CompareView.tsx').then((m) => ({ default: m.CompareView })),
);
const LabView = lazy(() => import('../lab/LabView.tsx').then((m) => ({ default: m.LabView })));

const ModelsView = lazy(() => import('../models/ModelsView.tsx').then((m) => ({ default: m.ModelsView })));

const views: Record<RouteName, () => React.ReactNode> = {
  compress: () => <CompressView />,
  compare: () => <CompareView />,
  lab: () => <LabView />,
  models: () => <ModelsView />,
};

export function App(): React.ReactNode {
  const route = routeOf(usePathname());
  const main = useRef<HTMLElement>(null);
  const shown = useRef(route?.name);

  useEffect(() => {
    // A new view starts at its heading, for keyboards and screen readers; not on the first load.
    if (shown.current !== route?.name) main.current?.focus();
    shown.current = route?.name;
  }, [route]);

  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <Header current={route?.name} />
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <UpdateNotice />
        <Suspense fallback={<p className={styles.loading}>Loading…</p>}>
          {route ? views[route.name]() : <UnknownPage />}
        </Suspense>
      </main>
      <footer className={styles.footer}>
        <p>Everything runs on this device; files are never uploaded. Sizes: 1 kB = 1000 bytes.</p>
        <Shortcuts />
      </footer>
      <LiveRegion />
    </>
  );
}

function UnknownPage(): React.ReactNode {
  return (
    <Notice tone="warn" title="There is no page at this address">
      <a href="/">Go to Compress</a>
    </Notice>
  );
}

function LiveRegion(): React.ReactNode {
  const sentence = useAnnouncement();
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {sentence}
    </div>
  );
}
