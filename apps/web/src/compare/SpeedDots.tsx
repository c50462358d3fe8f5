/** Speed both ways on a log axis: a filled dot compresses, a hollow one decompresses, one row a method; whiskers span the middle half of the runs. */
import { useId, type ReactNode } from 'react';
import { logScale } from '../charts/scales.ts';
import { useWidth } from '../charts/useWidth.ts';
import { formatTick } from '../format/units.ts';
import type { Point } from './compare.ts';
import styles from './charts.module.css';
import { pointLabel } from './texts.ts';

const rowHeight = 34;
const labelWidth = 116;
const axisHeight = 30;

export function SpeedDots({ points }: { points: readonly Point[] }): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>(480);
  const titleId = useId();
  const speeds = points.flatMap(({ compress, decompress }) => [
    compress.lower,
    compress.upper,
    decompress.lower,
    decompress.upper,
  ]);
  const scale = logScale(
    Math.min(...speeds),
    Math.max(...speeds),
    labelWidth + 8,
    width - 28,
    (width - labelWidth) / 64,
  );
  const bottom = points.length * rowHeight;
  return (
    <div ref={frame}>
      <svg
        data-chart="speeds"
        role="img"
        aria-labelledby={titleId}
        width={width}
        height={bottom + axisHeight}
        className={styles.chart}
      >
        <title id={titleId}>{`Speed on a log axis. ${points.map(pointLabel).join('. ')}.`}</title>
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line className={styles.grid} x1={scale(tick)} x2={scale(tick)} y1={0} y2={bottom} />
            <text className={styles.tick} x={scale(tick)} y={bottom + 18} textAnchor="middle">
              {formatTick(tick)}/s
            </text>
          </g>
        ))}
        {points.map(({ method, own, compress, decompress }, row) => {
          const y = row * rowHeight + rowHeight / 2;
          return (
            <g key={method.id} className={own ? styles.own : styles.rival}>
              <text className={styles.name} x={labelWidth - 10} y={y + 4.5} textAnchor="end">
                {method.short}
              </text>
              <line
                className={styles.link}
                x1={scale(compress.median)}
                x2={scale(decompress.median)}
                y1={y}
                y2={y}
              />
              {[compress, decompress].map(({ lower, upper }, index) => (
                <line
                  key={index}
                  className={styles.whisker}
                  x1={scale(lower)}
                  x2={scale(upper)}
                  y1={y}
                  y2={y}
                />
              ))}
              <circle className={styles.hollow} cx={scale(decompress.median)} cy={y} r={5.5} />
              <circle className={styles.dot} cx={scale(compress.median)} cy={y} r={6} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}
