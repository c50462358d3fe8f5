/**
 * Size against speed: one point a method, log speed axis, better towards the lower right. Points can be reached by Tab and
 * walked with the arrow keys; each says its figures. Whiskers span the middle half of the runs; what was only claimed is hollow, and not a point to walk to.
 */
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { placeLabels, type PlacedLabel } from '../charts/labels.ts';
import { linearScale, logScale } from '../charts/scales.ts';
import { useWidth } from '../charts/useWidth.ts';
import { formatTick } from '../format/units.ts';
import styles from './charts.module.css';
import type { Claim } from './claims.ts';
import type { Point, Speed } from './compare.ts';
import { finding, pointLabel } from './texts.ts';

export type Direction = 'compress' | 'decompress';

const height = 300;
const inset = { left: 44, right: 20, top: 16, bottom: 46 };

export function SpeedScatter({
  points,
  claims,
  direction,
}: {
  points: readonly Point[];
  claims: readonly Claim[];
  direction: Direction;
}): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>(480);
  const group = useRef<SVGGElement>(null);
  const titleId = useId();
  const speedOf = (point: Point): Speed => point[direction];
  const claimed = claims.flatMap(({ speed, ...claim }) => (speed === undefined ? [] : [{ ...claim, speed }]));
  const speeds = [
    ...points.flatMap((point) => [speedOf(point).lower, speedOf(point).upper]),
    ...claimed.map(({ speed }) => speed),
  ];
  const right = width - inset.right;
  const bottom = height - inset.bottom;
  const x = logScale(
    Math.min(...speeds),
    Math.max(...speeds),
    inset.left + 16,
    right - 16,
    (width - inset.left) / 64,
  );
  const largest =
    Math.max(10, ...points.map(({ percent }) => percent), ...claimed.map(({ percent }) => percent)) * 1.08;
  const y = linearScale(largest, bottom, inset.top);
  const marks = points.map((point) => ({
    point,
    x: x(speedOf(point).median),
    y: y(point.percent),
    labelWidth: point.method.short.length * 7.8,
  }));
  const hollow = claimed.map((claim) => ({
    claim,
    x: x(claim.speed),
    y: y(claim.percent),
    labelWidth: claim.short.length * 7.8,
  }));
  const labels = placeLabels([...marks, ...hollow], { left: inset.left + 2, right: width, top: 0, bottom });

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const shapes = [...(group.current?.querySelectorAll<SVGGElement>('[tabindex]') ?? [])];
    const at = shapes.findIndex((shape) => shape === event.target);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    shapes[(at + step + shapes.length) % shapes.length]?.focus();
  };

  return (
    <div ref={frame}>
      <svg
        data-chart="scatter"
        role="group"
        aria-labelledby={titleId}
        width={width}
        height={height}
        className={styles.chart}
      >
        <title
          id={titleId}
        >{`Size against ${direction} speed, log axis; better is lower and further right. ${finding(points)}`}</title>
        <g aria-hidden="true">
          {y.ticks.map((tick) => (
            <g key={tick}>
              <line className={styles.grid} x1={inset.left} x2={right} y1={y(tick)} y2={y(tick)} />
              <text className={styles.tick} x={inset.left - 8} y={y(tick) + 4} textAnchor="end">
                {tick} %
              </text>
            </g>
          ))}
          {x.ticks.map((tick) => (
            <g key={tick}>
              <line className={styles.grid} x1={x(tick)} x2={x(tick)} y1={inset.top} y2={bottom} />
              <text className={styles.tick} x={x(tick)} y={bottom + 18} textAnchor="middle">
                {formatTick(tick)}/s
              </text>
            </g>
          ))}
          <line className={styles.axis} x1={inset.left} x2={right} y1={bottom} y2={bottom} />
          <text className={styles.caption} x={right} y={bottom + 38} textAnchor="end">
            {direction} speed (log) · better ↘
          </text>
        </g>
        <g aria-hidden="true" className={styles.claim}>
          {hollow.map(({ claim, x: cx, y: cy }, index) => {
            const label = labels[marks.length + index];
            return (
              <g key={claim.id}>
                <circle className={styles.bar} cx={cx} cy={cy} r={6} />
                <Label at={label}>{claim.short}</Label>
              </g>
            );
          })}
        </g>
        <g ref={group} onKeyDown={onKeyDown}>
          {marks.map(({ point, x: cx, y: cy }, index) => {
            const label = labels[index];
            return (
              <g
                key={point.method.id}
                role="img"
                aria-label={pointLabel(point)}
                tabIndex={index === 0 ? 0 : -1}
                className={`${styles.point} ${point.own ? styles.own : styles.rival}`}
              >
                <line
                  className={styles.whisker}
                  x1={x(speedOf(point).lower)}
                  x2={x(speedOf(point).upper)}
                  y1={cy}
                  y2={cy}
                />
                {point.own ? (
                  <rect
                    className={styles.dot}
                    x={cx - 6}
                    y={cy - 6}
                    width={12}
                    height={12}
                    transform={`rotate(45 ${cx} ${cy})`}
                  />
                ) : (
                  <circle className={styles.dot} cx={cx} cy={cy} r={6} />
                )}
                <Label at={label}>{point.method.short}</Label>
              </g>
            );
          })}
        </g>
      </svg>
    </div>
  );
}

/** Where there is no room for it, the point still tells its figures, and the table all of them. */
function Label({ at, children }: { at: PlacedLabel | undefined; children: string }): ReactNode {
  return (
    at && (
      <text className={styles.name} x={at.x} y={at.y} textAnchor={at.anchor}>
        {children}
      </text>
    )
  );
}
