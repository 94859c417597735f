// Bundles the four programs into dist/. Called by `npm start`, `npm test` and the integration tests' set-up; needs node_modules, nothing else.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
/** Program → entry point. Native modules and Next stay outside the bundles; control has no node_modules where it runs, so it bundles all. */
const programs = {
  labd: 'labs/labd/main.ts',
  control: 'labs/cluster/main.ts',
  podwire: 'labs/cli/main.ts',
  web: 'scripts/web.ts',
}

/** Hash of everything a lab runs: the lab process and the web process compare it. */
function sourceHash() {
  const hash = createHash('sha256')
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (/\.(ts|c|mjs|yaml|sh)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name)) hash.update(path).update(readFileSync(path))
    }
  }
  walk(join(root, 'labs'))
  return hash.digest('hex').slice(0, 12)
}

/** zod brings the error texts of forty languages; labs start 20 ms sooner without reading them. */
const englishZod = {
  name: 'english-zod',
  setup(build) {
    build.onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]zod[\\/]/.test(importer) ? { path: 'zod-locales', namespace: 'english-zod' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'english-zod' }, () => ({
      contents: "export { default as en } from 'zod/v4/locales/en.js'",
      resolveDir: root,
    }))
  },
}

export async function buildPrograms(names = Object.keys(programs)) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  const id = sourceHash()
  await Promise.all(
    names.map((name) =>
      build({
        absWorkingDir: root,
        entryPoints: [programs[name]],
        outfile: `dist/${name}.mjs`,
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'esm',
        minify: name === 'control',
        keepNames: true,
        sourcemap: name === 'control' ? false : 'linked',
        plugins: [englishZod],
        packages: name === 'control' || name === 'labd' ? 'bundle' : 'external',
        define: { PODWIRE_BUILD: JSON.stringify(id) },
        // CommonJS packages inside an ES module bundle ask for require()
        banner: { js: "import { createRequire as podwireRequire } from 'node:module'; const require = podwireRequire(import.meta.url);" },
        logLevel: 'warning',
      }),
    ),
  )
  const file = join(root, 'dist/build.json')
  // stage.mjs adds the folder of assets; it stays named when only a program is built again
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  writeFileSync(file, JSON.stringify({ ...before, build: id }))
  return id
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildPrograms(process.argv.length > 2 ? process.argv.slice(2) : undefined)
}
