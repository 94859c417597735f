// The one release of kind that labs use, and where this copy of Podwire keeps it. Used by tools.ts, install.ts and node-image.ts.
import { join } from 'node:path'

/** Another version brings another node image, and with it other words in transcripts. */
export const kindVersion = '0.33.0'
/** Kubernetes' version in the lessons; a node image of another one is taken, with a note. */
export const kubernetesVersion = '1.37'

/** The program that `podwire kind install` installs. */
export const cachedKind = (cache: string): string => join(cache, 'kind', kindVersion, 'kind')
/** Holds the name of the node image that `podwire kind load` loaded last. */
export const rememberedImageFile = (cache: string): string => join(cache, 'kind', 'image')
