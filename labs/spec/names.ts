// Lists of names that schemas and pages share. Apart from the schemas, so that a page in the browser does not load zod for them.
export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]
export const runtimeNames = ['embedded', 'kind'] as const
export type RuntimeName = (typeof runtimeNames)[number]

/** The cases of the article that Podwire grew from: three ways for a packet to go, and the DNS story. */
export const seedCases = ['pod-to-pod', 'pod-to-outside', 'outside-to-pod', 'dns'] as const
export const topics = ['network-model', 'service-discovery', 'outside', 'policy', 'dns', 'cni', 'gateway', 'mesh', 'ebpf'] as const
