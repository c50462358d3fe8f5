/**
 * The house's rule about who may import whom, as an ESLint rule. A package is a folder below apps/ or shared/; files outside
 * them (tests/, tools/, configuration) belong to no package. Invariants: an app never imports another app, shared never
 * imports an app, a package is entered only by the entries of its package.json `exports` (never by a relative path or a deep
 * one), and a package imports only the packages that its own package.json names.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** @typedef {{ kind: 'apps' | 'shared', folder: string }} Room */

/**
 * @param {string} root the repository
 * @param {string} path an absolute path
 * @returns {Room | undefined} the package that holds the file
 */
function roomOf(root, path) {
  const [kind, name] = relative(root, path).split(sep);
  if ((kind !== 'apps' && kind !== 'shared') || name === undefined) return undefined;
  return { kind, folder: join(root, kind, name) };
}

/** @type {Map<string, { name?: string, exports?: Record<string, string>, dependencies?: Record<string, string> }>} */
const manifests = new Map();

/** @param {string} folder */
function manifestOf(folder) {
  let manifest = manifests.get(folder);
  if (!manifest) {
    const path = join(folder, 'package.json');
    manifest = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    manifests.set(folder, /** @type {object} */ (manifest));
  }
  return /** @type {NonNullable<typeof manifest>} */ (manifest);
}

/** @param {string} root @param {string} name such as `codec` */
function packageFolder(root, name) {
  return ['shared', 'apps']
    .map((kind) => join(root, kind, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
}

/**
 * @param {string} root the repository
 * @param {string} importer absolute path of the importing file
 * @param {string} specifier what it imports
 * @returns {string | undefined} why the import is refused, or nothing
 */
export function refusal(root, importer, specifier) {
  const from = roomOf(root, importer);
  const here = from && manifestOf(from.folder).name;
  if (specifier.startsWith('.')) {
    const to = roomOf(root, resolve(dirname(importer), specifier));
    if (!to || to.folder === from?.folder) return undefined;
    if (from?.kind === 'shared' && to.kind === 'apps') return 'shared/* never imports apps/*';
    if (from?.kind === 'apps' && to.kind === 'apps') return 'apps never import each other';
    // Tests and configuration may start an app's own entry points; the libraries are entered by their package name alone.
    if (!from && to.kind === 'apps') return undefined;
    return `enter ${manifestOf(to.folder).name ?? to.folder} by its package name, not by a path`;
  }
  const [, name, rest] = /^@understudy\/([^/]+)(.*)$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const folder = packageFolder(root, name);
  if (!folder) return `there is no package ${specifier}`;
  const target = manifestOf(folder);
  if (target.name === here) return 'inside a package, import by relative path';
  if (from?.kind === 'shared' && folder.startsWith(join(root, 'apps')))
    return 'shared/* never imports apps/*';
  if (from?.kind === 'apps' && folder.startsWith(join(root, 'apps'))) return 'apps never import each other';
  if (!Object.hasOwn(target.exports ?? {}, `.${rest}`)) {
    const entries = Object.keys(target.exports ?? {}).map((entry) => `@understudy/${name}${entry.slice(1)}`);
    return `only ${entries.join(' and ') || 'nothing'} may be imported from outside`;
  }
  if (from && !Object.hasOwn(manifestOf(from.folder).dependencies ?? {}, `@understudy/${name}`)) {
    return `${here} does not name @understudy/${name} in its package.json`;
  }
  return undefined;
}

/** @type {(root: string) => import('eslint').Rule.RuleModule} */
export const roomImports = (root) => ({
  meta: {
    type: 'problem',
    schema: [],
    messages: { refused: "import of '{{specifier}}': {{why}} (CONTRIBUTING.md)" },
  },
  create(context) {
    /** @param {import('estree').Node | null | undefined} source */
    const check = (source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const why = refusal(root, context.filename, source.value);
      if (why) context.report({ node: source, messageId: 'refused', data: { specifier: source.value, why } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
    };
  },
});
