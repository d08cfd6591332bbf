import type { Finding } from '../cluster/finding.ts';
import type { Issue } from '../cluster/issue.ts';
import { printable } from '../cluster/printable.ts';
import { readDocuments } from '../manifests/documents.ts';
import type { ManifestFile } from '../node/manifest-files.ts';
import { findingWords } from '../report/describe-finding.ts';

/** An issue with the file that its line and column are in. */
export type PlacedIssue = Issue & { readonly file?: string };

/** What stdin is called among files. */
export const STDIN_NAME = '<stdin>';

/** A text in which documents are called by the file they are in: `manifests[3]` counts through all files, people do not. */
export function namingFiles(files: readonly ManifestFile[]): (text: string) => string {
  const documents = documentsOf(files);
  return (text) =>
    text.replaceAll(/manifests\[(\d+)\]/g, (whole, index) =>
      printable(documents[Number(index)]?.label ?? whole),
    );
}

/** Findings in words, with their file. */
export function placeFindings(findings: readonly Finding[], files: readonly ManifestFile[]) {
  const told = findings.map((finding) => {
    const { text: message, fix } = findingWords(finding);
    const { code, path, line } = finding;
    return { code, path, message, fix, ...(line !== undefined && { line }) };
  });
  return placeIssues(told, files);
}

/** Issues and findings of manifests, with their file and its name in the place of `manifests[3]`. */
export function placeIssues<T extends Pick<PlacedIssue, 'path' | 'message'>>(
  issues: readonly T[],
  files: readonly ManifestFile[],
): readonly (T & { readonly file?: string })[] {
  if (files.length === 0) return issues;
  const documents = documentsOf(files);
  const named = namingFiles(files);
  return issues.map((issue) => {
    const [root, index, ...rest] = issue.path;
    if (root === 'manifests' && index === undefined) return aboutAll(issue, files);
    const message = named(issue.message);
    const document = root === 'manifests' && typeof index === 'number' ? documents[index] : undefined;
    if (document === undefined) return { ...issue, message };
    const { label, file } = document;
    return { ...issue, path: message.includes(label) ? [label] : [label, ...rest], message, file };
  });
}

const MOST_NAMED = 5;

/** What is about the manifests as a whole names their files. */
function aboutAll<T extends Pick<PlacedIssue, 'path' | 'message'>>(
  issue: T,
  files: readonly ManifestFile[],
): T {
  const names = files.slice(0, MOST_NAMED).map(({ path }) => path);
  if (files.length > MOST_NAMED) names.push(`${files.length - MOST_NAMED} more`);
  const label = names.join(', ');
  return { ...issue, path: [label], message: issue.message.replace(/^manifests:/, `${label}:`) };
}

interface NamedDocument {
  readonly file: string;
  readonly label: string;
}

function documentsOf(files: readonly ManifestFile[]): readonly NamedDocument[] {
  return files.length === 1 ? documentsIn(files[0]!) : files.flatMap(documentsIn);
}

/** Whatever is printed of a workload asks for them: a file is read for that once. */
const known = new WeakMap<ManifestFile, readonly NamedDocument[]>();

/** As they are counted where manifests are read: a text without any counts as one. */
function documentsIn(file: ManifestFile): readonly NamedDocument[] {
  let found = known.get(file);
  if (found === undefined) {
    const { path, text } = file;
    const { entries } = readDocuments(text);
    const count = Math.max(1, Number(entries.at(-1)?.path[1] ?? 0) + 1);
    found = Array.from({ length: count }, (_, index) => ({
      file: path,
      label: count === 1 ? path : `${path}[${index}]`,
    }));
    known.set(file, found);
  }
  return found;
}
