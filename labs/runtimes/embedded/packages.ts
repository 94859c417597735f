// What some labs need of this machine beyond what all need: said before they start, with the command that mends it.
import { existsSync } from 'node:fs'
import { LabError } from '../../spec/errors.ts'
import { findImage } from '../../spec/images.ts'

interface Need {
  file: string
  package: string
}

/** `what` begins the sentence. Throws LabError runtime-unavailable. */
export function requirePackages(what: string, needs: readonly Need[]): void {
  const missing = needs.filter(({ file }) => !existsSync(file)).map((need) => need.package)
  if (missing.length === 0) return
  throw new LabError('runtime-unavailable', `${what} needs packages that this machine lacks: ${missing.join(', ')}.`, {
    hint: `apt-get install ${missing.join(' ')}`,
  })
}

/** For the images that manifests name. */
export function requireImagePackages(objects: readonly unknown[]): void {
  const images = new Set<string>()
  JSON.stringify(objects, (key, value) => {
    if (key === 'image' && typeof value === 'string') images.add(value)
    return value
  })
  for (const image of images) {
    const needs = findImage(image)?.program.needs
    if (needs) requirePackages(`The image ${image}`, [needs])
  }
}
