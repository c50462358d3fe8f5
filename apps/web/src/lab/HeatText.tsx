/**
 * The text last coded, coloured by what each byte cost the teacher, the student, or the student more than the teacher. While nothing
 * moves one can point at a character, or walk with the arrow keys, and see what each model expected there.
 */
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { guessesAt } from './guesses.ts';
import styles from './HeatText.module.css';
import type { Thoughts, TraceWindow } from './lab.ts';
import panel from './panel.module.css';
import {
  charactersOf,
  differenceLevel,
  heatBounds,
  heatLevel,
  heatSpans,
  meanOf,
  symbolLabel,
  type HeatBy,
  type HeatCharacter,
} from './trace.ts';

export interface HeatTextProps {
  window: TraceWindow;
  /** Nothing comes for now: every character can be pointed at. */
  still: boolean;
}

const choices: [HeatBy, string][] = [
  ['teacher', 'the teacher'],
  ['student', 'the student'],
  ['difference', 'the student more than the teacher'],
];

export function HeatText({ window, still }: HeatTextProps): ReactNode {
  const [by, setBy] = useState<HeatBy>('teacher');
  const { bytes, teacher, student } = window;
  const group = useId();
  const costs = useMemo(() => costsBy(by, teacher, student), [by, teacher, student]);
  return (
    <section className={panel.panel}>
      <h2>What surprised it</h2>
      <p className={panel.note}>
        The last {bytes.length.toLocaleString('en-US')} bytes by {by === 'difference' ? 'more ' : ''}bits
        spent:{' '}
        {[...heatBounds, undefined].map((bound, level) => (
          <span key={level} className={styles.key} data-level={level}>
            {bound === undefined ? `≥ ${heatBounds.at(-1)}` : `< ${bound}`}
          </span>
        ))}
      </p>
      {student && (
        <div className={styles.switch} role="radiogroup" aria-label="Coloured by the cost to">
          {choices.map(([choice, label]) => (
            <label key={choice}>
              <input type="radio" name={group} checked={by === choice} onChange={() => setBy(choice)} />
              {label}
            </label>
          ))}
        </div>
      )}
      {still ? (
        <Still key={bytes.length} window={window} costs={costs} by={by} />
      ) : (
        <div className={styles.scroll} role="region" aria-label="Text coloured by cost" tabIndex={0}>
          <div className={styles.text}>
            {heatSpans(bytes, costs).map((span, index) => (
              <span key={index} data-level={span.level}>
                {span.text}
              </span>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

function costsBy(by: HeatBy, teacher: Thoughts, student: Thoughts | undefined): Float32Array {
  if (by === 'teacher' || !student) return teacher.costs;
  if (by === 'student') return student.costs;
  return student.costs.map((cost, at) => cost - (teacher.costs[at] ?? 0));
}

function Still({ window, costs, by }: { window: TraceWindow; costs: Float32Array; by: HeatBy }): ReactNode {
  const { bytes } = window;
  const characters = useMemo(() => charactersOf(bytes), [bytes]);
  const [chosen, setChosen] = useState<number>();
  const level = by === 'difference' ? differenceLevel : heatLevel;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setChosen((before) =>
      before === undefined
        ? characters.length - 1
        : Math.min(characters.length - 1, Math.max(0, before + step)),
    );
  };
  const onPoint = (target: EventTarget): void => {
    const at = target instanceof HTMLElement ? target.dataset.at : undefined;
    if (at !== undefined) setChosen(Number(at));
  };
  const character = chosen === undefined ? undefined : characters[chosen];
  return (
    <>
      <div
        className={styles.scroll}
        role="region"
        aria-label="Text coloured by cost"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerOver={(event) => onPoint(event.target)}
        onClick={(event) => onPoint(event.target)}
      >
        <div className={styles.text}>
          {characters.map((one, index) => (
            <span
              key={one.start}
              data-at={index}
              data-level={level(meanOf(costs, one))}
              data-chosen={index === chosen}
            >
              {one.text}
            </span>
          ))}
        </div>
      </div>
      <div className={styles.thoughts} role="status" aria-label="What each model thought">
        {character ? (
          <CharacterThoughts window={window} character={character} />
        ) : (
          <p>Point at a character, or walk with ← and → in the text, to see what was expected there.</p>
        )}
      </div>
    </>
  );
}

function CharacterThoughts({
  window: { bytes, teacher, student },
  character,
}: {
  window: TraceWindow;
  character: HeatCharacter;
}): ReactNode {
  const { start, length } = character;
  const name = Array.from(bytes.subarray(start, start + length), symbolLabel).join(' ');
  return (
    <>
      <p>
        <code>{length > 1 ? `${character.text} (${name})` : name}</code> came
      </p>
      <Line who="Teacher" thoughts={teacher} character={character} />
      {student && <Line who="Student" thoughts={student} character={character} />}
    </>
  );
}

function Line({
  who,
  thoughts: { costs, guesses },
  character: { start, length },
}: {
  who: string;
  thoughts: Thoughts;
  character: HeatCharacter;
}): ReactNode {
  let bits = 0;
  for (let at = start; at < start + length; at++) bits += costs[at] ?? 0;
  return (
    <p>
      {who}: {bits.toFixed(2)} bits; expected{' '}
      {guessesAt(guesses, start).map(({ symbol, probability }, rank) => (
        <span key={rank}>
          {rank > 0 && ', '}
          <code>{symbolLabel(symbol)}</code> {(100 * probability).toFixed(probability < 0.1 ? 1 : 0)} %
        </span>
      ))}
    </p>
  );
}
