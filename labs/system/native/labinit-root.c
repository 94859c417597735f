// The root folder of a node, host or pod: a writable layer in memory over /skel, the host's /usr read-only, and its own proc, sys, dev/pts.
// Runs in the new namespace's init, with U2's capabilities, before anything of the student's.
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Sizes cap what a student can fill: tmpfs pages are memory that belongs to no process.
static const char layer_size[] = "size=32m,nr_inodes=8k,mode=755", run_size[] = "size=8m,nr_inodes=2k,mode=755",
                  shm_size[] = "size=8m,nr_inodes=2k,mode=1777";
enum { PLAIN = MS_NOSUID | MS_NODEV };

static bool mount_layers(void) {
  static const char layers[] = "lowerdir=/skel,upperdir=/mnt/upper,workdir=/mnt/work";
  char with_user_attributes[128];
  snprintf(with_user_attributes, sizeof with_user_attributes, "%s,userxattr", layers);
  if (mount("tmpfs", "/mnt", "tmpfs", PLAIN, layer_size) < 0) return false;
  if (mkdir("/mnt/upper", 0755) < 0 || mkdir("/mnt/work", 0755) < 0 || mkdir("/mnt/root", 0755) < 0) return false;
  // tmpfs keeps user.* attributes since Linux 6.6; without them overlay still works, but forgets that a folder was replaced
  return mount("overlay", "/mnt/root", "overlay", PLAIN, with_user_attributes) == 0 ||
         mount("overlay", "/mnt/root", "overlay", PLAIN, layers) == 0;
}

/** A container's runtime gives it /sys and /proc/sys read-only. */
static const char *mount_kernel_views(enum kind kind) {
  const unsigned long flags = PLAIN | MS_NOEXEC;
  if (mount("sysfs", "/mnt/root/sys", "sysfs", flags | (kind == KIND_POD ? MS_RDONLY : 0), NULL) < 0) return "mount /sys";
  // Twice: `ip netns exec` unmounts /sys, and the kernel then allows a new sysfs only while another one stays visible.
  if (kind != KIND_POD && mount("/mnt/root/sys", "/mnt/root/sys", NULL, MS_BIND, NULL) < 0) return "bind /sys";
  if (mount("proc", "/mnt/root/proc", "proc", flags, NULL) < 0) return "mount /proc";
  if (kind == KIND_POD) {
    static const char sysctls[] = "/mnt/root/proc/sys";
    if (mount(sysctls, sysctls, NULL, MS_BIND, NULL) < 0) return "bind /proc/sys";
    if (mount(NULL, sysctls, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | flags, NULL) < 0) return "remount /proc/sys";
  }
  return NULL;
}

static bool write_text(const char *path, const char *text) {
  int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  ssize_t n = write(fd, text, strlen(text));
  close(fd);
  return n == (ssize_t)strlen(text);
}

static const char *write_names(const char *hostname) {
  char line[300];
  snprintf(line, sizeof line, "%s\n", hostname);
  if (!write_text("/etc/hostname", line)) return "write /etc/hostname";
  snprintf(line, sizeof line, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t%s\n", hostname);
  return write_text("/etc/hosts", line) ? NULL : "write /etc/hosts";
}

static bool raise_loopback(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int result = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &request);
  if (fd >= 0) close(fd);
  return result == 0;
}

const char *build_root(enum kind kind, const char *hostname) {
  if (sethostname(hostname, strlen(hostname)) < 0) return "sethostname";
  if (!raise_loopback()) return "set lo up";
  // A new network copies the machine's settings, and docker makes a machine forward. Nodes are told to later; hosts and pods are no routers.
  if (!write_text("/proc/sys/net/ipv4/ip_forward", "0")) return "ip_forward";
  if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return "make mounts private";
  if (!mount_layers()) return "mount overlay";
  if (mount("/usr", "/mnt/root/usr", NULL, MS_BIND | MS_REC, NULL) < 0) return "bind /usr";
  if (mount("/dev", "/mnt/root/dev", NULL, MS_BIND | MS_REC, NULL) < 0) return "bind /dev";
  if (mount("devpts", "/mnt/root/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620") < 0) return "mount /dev/pts";
  if (mount("tmpfs", "/mnt/root/dev/shm", "tmpfs", PLAIN, shm_size) < 0) return "mount /dev/shm";
  if (mount("tmpfs", "/mnt/root/run", "tmpfs", PLAIN, run_size) < 0) return "mount /run";
  const char *failed = mount_kernel_views(kind);
  if (failed) return failed;
  if (chdir("/mnt/root") < 0 || syscall(SYS_pivot_root, ".", ".") < 0) return "pivot_root";
  if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0) return "leave the old root";
  if (mkdir("/run/netns", 0755) < 0 || mkdir("/run/lock", 0777) < 0) return "mkdir in /run";
  return write_names(hostname);
}
