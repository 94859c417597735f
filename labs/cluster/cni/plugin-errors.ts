// What containerd says when a network plugin does not do its work. Pure, and for browsers too.

export const pluginFolder = '/opt/cni/bin'

const failed = (sandbox: string, why: string) => `rpc error: code = Unknown desc = failed to setup network for sandbox "${sandbox}": ${why}`

export const missingPlugin = (type: string): string => `failed to find plugin "${type}" in path [${pluginFolder}]`
export const failedAdd = (sandbox: string, type: string, reason: string): string =>
  failed(sandbox, `plugin type="${type}" failed (add): ${reason}`)
export const noAddress = (sandbox: string): string => failed(sandbox, 'failed to get network status: no IP address')
