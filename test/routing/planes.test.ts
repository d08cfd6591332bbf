import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defineScenario, parseScenario, podTimeline, rulesAt, type ScenarioInput, simulate } from '../../src/index.ts';
import { cilium } from '../../src/routing/planes/cilium.ts';
import { DATA_PLANE_NAMES, MODE_NAMES, PLANES } from '../../src/routing/planes/registry.ts';
import {
  type PlaneRunner,
  type PlaneRunnerConfig,
  requestSync,
  startPlane,
  syncFinished,
  syncTimer,
  syncWakesUs,
} from '../../src/routing/planes/runner.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { deletion } from '../run/run-of.ts';
