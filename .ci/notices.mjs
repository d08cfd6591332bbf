// The licences of what is built into dist, beside it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { BUILT_IN } from './built-in.mjs';

const notices = BUILT_IN.map((name) => {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence file to pass on.`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
});
writeFileSync('dist/THIRD-PARTY-LICENCES.txt', `prestop's dist holds code of:\n\n${notices.join('\n')}`);
