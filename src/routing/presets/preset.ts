import { largest } from '../../kernel/lists.ts';
import type { Duration } from '../../kernel/time.ts';
import type { SelectionRule } from '../../rules/routers/select-endpoints.ts';
import type { ControllerName } from '../controllers.ts';
import type { PartInputObject } from '../registry.ts';
import type { Confidence, RouterInput } from '../router-schema.ts';

/** One number of a preset, as it stands in its parts, with where it is from and how sure that is. */
export interface PresetNumber {
  readonly what: string;
  readonly value: string;
  readonly source: string;
  readonly confidence: Confidence;
}

/** A router as a row: what it is made of, whom it picks, and what is known of each number. */
export interface RouterPreset {
  /** What it is called in a scenario. */
  readonly name: string;
  /** What it is called in sentences. */
  readonly title: string;
  readonly parts: readonly PartInputObject[];
  readonly pick: SelectionRule;
  readonly targets?: 'nodes';
  /** It watches Pods, and not their EndpointSlices. */
  readonly watches?: 'pods';
  readonly numbers: readonly PresetNumber[];
  /** How sure the number is that decides; without it, as sure as the least sure of all. */
  readonly confidence?: Confidence;
  /** The number that is worth measuring, where none but reports or an estimate exists. */
  readonly measure?: string;
  readonly controller?: ControllerName;
  /** What becomes of connections that are open when a Pod is removed, in words. */
  readonly established: string;
  /** The same as the simulation has it; kept where it is left out. */
  readonly onRemoval?: 'drained' | 'cut';
  /** Readiness gates that its controller sets. */
  readonly readinessGates?: RouterInput['readinessGates'];
  /** It speaks HTTP: how it tries requests. */
  readonly proxy?: RouterInput['proxy'];
  /** What its own Pods do when they are stopped, where that is known. */
  readonly ownShutdown?: string;
}

/** A reported or estimated delay: least, typical, about the 99th percentile, most. */
export function range(min: Duration, typical: Duration, p99: Duration, max: Duration): PartInputObject {
  return {
    lag: {
      quantiles: [
        [0, min],
        [0.5, typical],
        [0.99, p99],
        [1, max],
      ],
    },
  };
}

export function number(what: string, value: string, confidence: Confidence, source: string): PresetNumber {
  return { what, value, source, confidence };
}

const ORDER: readonly Confidence[] = ['measured', 'published', 'reported', 'estimate'];

/** How sure a preset is: as its deciding number, else as its least sure one. */
export function confidenceOf({ confidence, numbers }: RouterPreset): Confidence {
  if (confidence !== undefined) return confidence;
  return ORDER[
    largest(
      numbers.map(({ confidence }) => ORDER.indexOf(confidence)),
      0,
    )
  ]!;
}
