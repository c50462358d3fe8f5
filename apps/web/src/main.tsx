/** Entry of the page: settings, then the app. */
import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { connectSettings } from './app/settings.ts';
import { addFiles } from './compress/compressStore.ts';
import { takeLaunches } from './offline/launches.ts';
import { connectServiceWorker } from './offline/updates.ts';

connectSettings();
takeLaunches((files) => addFiles(files));
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// After the page: installing fetches files of its own.
addEventListener('load', () => void connectServiceWorker());
