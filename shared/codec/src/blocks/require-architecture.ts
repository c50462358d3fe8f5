/** Levels that are made for one kind of student refuse the others. */
import { ModelArchitectureError } from '../errors.ts';
import type { LevelRule } from '../level.ts';
import type { Student } from '../student/student.ts';

/** @throws ModelArchitectureError */
export function requireArchitecture({ number, name, architecture }: LevelRule, student: Student): void {
  const found = student.metadata.architecture;
  if (architecture === undefined || architecture === found) return;
  throw new ModelArchitectureError({ level: number, name, needed: architecture, found });
}
