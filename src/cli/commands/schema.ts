import { version } from '../../../package.json';
import { configJsonSchema } from '../../reference/config-schema.ts';
import { fuzzReportJsonSchema, reportJsonSchema } from '../../reference/report-schema.ts';
import { type Options, UsageError } from '../args.ts';
import { EXIT, type Io, json } from '../output.ts';
import { deliver } from '../pictures.ts';

const SCHEMAS: Readonly<Record<string, (version: string) => object>> = {
  config: configJsonSchema,
  report: reportJsonSchema,
  fuzz: fuzzReportJsonSchema,
};

/** The JSON Schemas of what prestop reads and prints. */
export async function schema(names: readonly string[], options: Options, io: Io): Promise<number> {
  const [name = 'config', second] = names;
  const make = SCHEMAS[name];
  if (make === undefined || second !== undefined)
    throw new UsageError(`There is one schema at a time: ${Object.keys(SCHEMAS).join(' or ')}.`, 'schema');
  await deliver(json(make(version)), options, io);
  return EXIT.safe;
}
