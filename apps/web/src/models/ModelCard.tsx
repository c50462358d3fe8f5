/** One student: what it is, how large, how good by kind of text, and how it does on this machine's engines. */
import { useEffect, useState, type ReactNode } from 'react';
import type { Level } from '@understudy/codec';
import { Button } from '../components/Button.tsx';
import { formatBytes, formatCount } from '../format/units.ts';
import { cardAddress, fetchCard, type Card } from './card.ts';
import { EngineTable } from './EngineTable.tsx';
import { isExamining, type ModelState } from './examinations.ts';
import { examineOnAll, stopExamining } from './examinationsStore.ts';
import styles from './ModelCard.module.css';
import { downloadBytes, type ModelIndexEntry } from './modelIndex.ts';

export interface ModelCardProps {
  entry: ModelIndexEntry;
  /** At the level that is chosen. */
  used: boolean;
  level: Level;
  /** In this browser. */
  kept: boolean;
  examined: ModelState | undefined;
  onUse: () => void;
  onRemove: () => void;
}

export function ModelCard(props: ModelCardProps): ReactNode {
  const { entry, used, level, kept, examined, onUse, onRemove } = props;
  const card = useCard(entry);
  const examining = isExamining(examined);
  return (
    <li className={styles.card} aria-label={entry.name}>
      <div className={styles.head}>
        <h2>{entry.name}</h2>
        {used && <span className={styles.badge}>used at level {level}</span>}
        {entry.own && <span className={styles.badge}>your own</span>}
        <div className={styles.actions}>
          {entry.own && (
            <Button kind="quiet" onClick={onRemove} aria-label={`Remove ${entry.name}`}>
              Remove
            </Button>
          )}
          {!used && (
            <Button onClick={onUse} aria-label={`Use ${entry.name}`}>
              Use it
            </Button>
          )}
        </div>
      </div>
      {card?.about !== undefined && <p className={styles.about}>{card.about}</p>}
      <dl className={styles.facts}>
        <Fact name="Architecture">{entry.architecture || 'unknown'}</Fact>
        <Fact name="Size">
          {formatBytes(downloadBytes(entry))}
          {kept ? ', kept in this browser' : ', downloaded on first use'}
        </Fact>
        {card?.macPerByte !== undefined && (
          <Fact name="Work">{formatCount(card.macPerByte)} multiplications a byte</Fact>
        )}
        {card && card.sources.length > 0 && (
          <Fact name="Learned from">
            {formatBytes(card.sources.reduce((sum, { bytes }) => sum + bytes, 0))} of text
          </Fact>
        )}
        {card?.licence !== undefined && <Fact name="Licence">{card.licence}</Fact>}
        <Fact name="Digest">
          <code className={styles.digest} title="SHA-256 of student.onnx; archives name it">
            {entry.id}
          </code>
        </Fact>
      </dl>
      {card && <Strengths entry={entry} card={card} />}
      <div className={styles.machine}>
        <h3>On this machine</h3>
        {examining ? (
          <Button onClick={() => stopExamining(entry.id)} aria-label={`Stop testing ${entry.name}`}>
            Stop
          </Button>
        ) : (
          <Button onClick={() => void examineOnAll(entry)} aria-label={`Test ${entry.name} on every engine`}>
            {examined ? 'Test again' : 'Test every engine'}
          </Button>
        )}
      </div>
      {examined ? (
        <EngineTable name={entry.name} examined={examined} />
      ) : (
        <p className={styles.note}>
          Each engine must give exactly the integers of the parity vectors before it may code; the test runs
          them and measures the speed of the student alone. ONNX Runtime is a download of 27 MB.
        </p>
      )}
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Bits per byte by kind of text, what the student is bad at, and the texts it learned from with their licences. */
function Strengths({ entry, card }: { entry: ModelIndexEntry; card: Card }): ReactNode {
  const { bitsPerByte, badAt, sources } = card;
  if (bitsPerByte.length === 0 && badAt.length === 0 && sources.length === 0) return null;
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>How good it is, what it is bad at, what it learned from</summary>
      {bitsPerByte.length > 0 && (
        <>
          <p className={styles.note}>
            Bits per byte on text it never saw, by the student alone; a plain file spends 8.
          </p>
          <ul className={styles.bars}>
            {bitsPerByte.map(({ kind, bits }) => (
              <li key={kind}>
                <span>{kind}</span>
                <span className={styles.track}>
                  <span className={styles.fill} style={{ inlineSize: `${(100 * bits) / 8}%` }} />
                </span>
                <span className={styles.value}>{bits.toFixed(2)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {badAt.length > 0 && (
        <>
          <p className={styles.note}>Bad at</p>
          <ul className={styles.list}>
            {badAt.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {sources.length > 0 && (
        <>
          <p className={styles.note}>Learned from</p>
          <ul className={styles.list}>
            {sources.map(({ what, bytes, licence }, index) => (
              <li key={index}>
                {what}, {formatBytes(bytes)}: {licence}
              </li>
            ))}
          </ul>
          {!entry.own && (
            <p className={styles.note}>
              <a href={cardAddress(entry)}>card.json</a> names each source.
            </p>
          )}
        </>
      )}
    </details>
  );
}

function useCard(entry: ModelIndexEntry): Card | undefined {
  const [card, setCard] = useState<Card>();
  useEffect(() => {
    const controller = new AbortController();
    // Without its card a student still works: there is only less to say.
    fetchCard(entry, controller.signal).then(setCard, () => undefined);
    return () => controller.abort();
  }, [entry]);
  return card;
}
