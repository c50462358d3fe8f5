/**
 * Students on this CPU, by the integer kernels in coder.wasm (wasm/coder/src/network). A lane coder that loads the engine's plan runs
 * whole batches of steps without coming back to JavaScript; the stepper here is for checks and for comparisons.
 */
import { createLaneCoder, type LaneCoder } from '../coder/lane-coder.ts';
import type { StudentPlan } from '../student/plan.ts';
import { planOf, type Student } from '../student/student.ts';
import type { LaneStepper, StudentEngine } from './engine.ts';

/** @throws EngineError where the plan does not fit into memory; InvalidModelError where the student has no plan */
export async function openSimdEngine(module: WebAssembly.Module, student: Student): Promise<StudentEngine> {
  const plan = planOf(student);
  // The first stepper, which checks the engine, gets the coder that shows here whether the plan can be loaded.
  const coder = await createLaneCoder(module);
  coder.loadNetwork(plan);
  return new SimdEngine(module, student, plan, coder);
}

class SimdEngine implements StudentEngine {
  readonly name = 'simd';
  readonly student: Student;
  readonly plan: StudentPlan;
  private readonly module: WebAssembly.Module;
  private spare: LaneCoder | undefined;

  constructor(module: WebAssembly.Module, student: Student, plan: StudentPlan, coder: LaneCoder) {
    this.module = module;
    this.student = student;
    this.plan = plan;
    this.spare = coder;
  }

  lanes(count: number): LaneStepper {
    const coder = this.spare === undefined ? createLaneCoder(this.module) : Promise.resolve(this.spare);
    this.spare = undefined;
    return new SimdStepper(coder, this.student, this.plan, count);
  }

  async dispose(): Promise<void> {
    this.spare = undefined;
  }
}

class SimdStepper implements LaneStepper {
  readonly lanes: number;
  private readonly coder: Promise<LaneCoder>;
  private fresh = true;

  constructor(coder: Promise<LaneCoder>, student: Student, plan: StudentPlan, lanes: number) {
    this.lanes = lanes;
    this.coder = coder.then((ready) => {
      ready.loadNetwork(plan);
      ready.startNetwork(student.metadata.front, lanes);
      return ready;
    });
    this.coder.catch(() => undefined); // reported by the first step
  }

  reset(): void {
    this.fresh = true;
  }

  async step(input: Int32Array): Promise<Float32Array> {
    const coder = await this.coder;
    if (this.fresh) coder.resetNetwork();
    this.fresh = false;
    return coder.stepNetwork(input);
  }

  async state(): Promise<Int32Array> {
    return (await this.coder).networkState();
  }

  dispose(): void {
    // Nothing lives outside of the coder's memory, which goes with the stepper.
  }
}
