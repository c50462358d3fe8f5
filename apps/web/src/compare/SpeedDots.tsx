/** Speed both ways on a log axis: a filled dot compresses, a hollow one decompresses, one row a method. */
import { useId, type ReactNode } from 'react';
import { logScale } from '../charts/scales.ts';
import { useWidth } from '../charts/useWidth.ts';
import { formatTick } from '../format/units.ts';
import type { Point } from './compare.ts';
import styles from './charts.module.css';
import { pointLabel } from './texts.ts';

const rowHeight = 34;
const labelWidth = 92;
const axisHeight = 30;

export function SpeedDots({ points }: { points: readonly Point[] }): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>(480);
  const titleId = useId();
  const speeds = points.flatMap((point) => [point.compressSpeed, point.decompressSpeed]);
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
        {points.map((point, row) => {
          const y = row * rowHeight + rowHeight / 2;
          return (
            <g key={point.method.id} className={point.method.level !== undefined ? styles.own : styles.rival}>
              <text className={styles.name} x={labelWidth - 10} y={y + 4.5} textAnchor="end">
                {point.method.short}
              </text>
              <line
                className={styles.link}
                x1={scale(point.compressSpeed)}
                x2={scale(point.decompressSpeed)}
                y1={y}
                y2={y}
              />
              <circle className={styles.hollow} cx={scale(point.decompressSpeed)} cy={y} r={5.5} />
              <circle className={styles.dot} cx={scale(point.compressSpeed)} cy={y} r={6} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}
