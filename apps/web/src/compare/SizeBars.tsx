/** Sizes as bars that start at zero, smallest first, each with its own label: no legend to look up. Claims are hollow. */
import { useId, type ReactNode } from 'react';
import { linearScale } from '../charts/scales.ts';
import { useWidth } from '../charts/useWidth.ts';
import styles from './charts.module.css';
import type { Claim } from './claims.ts';
import type { Point } from './compare.ts';
import { finding } from './texts.ts';

const rowHeight = 34;
const labelWidth = 116;
const valueWidth = 62;

interface Bar {
  id: string;
  name: string;
  percent: number;
  className: string | undefined;
}

export interface SizeBarsProps {
  points: readonly Point[];
  claims: readonly Claim[];
}

export function SizeBars({ points, claims }: SizeBarsProps): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>(480);
  const titleId = useId();
  const bars: Bar[] = [
    ...points.map(({ method, percent, own }) => ({
      id: method.id,
      name: method.short,
      percent,
      className: own ? styles.own : styles.rival,
    })),
    ...claims.map(({ id, short, percent }) => ({ id, name: short, percent, className: styles.claim })),
  ];
  const largest = Math.max(1, ...bars.map(({ percent }) => percent));
  const scale = linearScale(largest, labelWidth, width - valueWidth);
  return (
    <div ref={frame}>
      <svg
        data-chart="sizes"
        role="img"
        aria-labelledby={titleId}
        width={width}
        height={bars.length * rowHeight}
        className={styles.chart}
      >
        <title id={titleId}>{`Compressed size in percent of the original. ${finding(points)}`}</title>
        {bars.map(({ id, name, percent, className }, row) => {
          const y = row * rowHeight + 7;
          return (
            <g key={id} className={className}>
              <text className={styles.name} x={labelWidth - 10} y={y + 14.5} textAnchor="end">
                {name}
              </text>
              <rect
                className={styles.bar}
                x={labelWidth}
                y={y}
                width={Math.max(1, scale(percent) - labelWidth)}
                height={20}
                rx={3}
              />
              <text className={styles.value} x={scale(percent) + 8} y={y + 14.5}>
                {percent.toFixed(1)} %
              </text>
            </g>
          );
        })}
        <line className={styles.axis} x1={labelWidth} x2={labelWidth} y1={0} y2={bars.length * rowHeight} />
      </svg>
    </div>
  );
}
