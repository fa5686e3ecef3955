import { spawnSync } from 'node:child_process';
import { ensure, onPath } from './programs.mjs';

/** The playbooks of the AWX plugin are really run where Ansible is at hand, and linted where ansible-lint is. */
export const ensureAnsible = () =>
  ensure({
    what: 'Ansible',
    isInstalled: () => ['ansible-playbook', 'ansible-lint', 'dpkg-scanpackages'].every(onPath) && knowsApt(),
    debianPackages: () => ['ansible', 'ansible-lint', 'dpkg-dev', 'python3-apt'],
    notice: [
      'not all of ansible, ansible-lint, dpkg-dev and python3-apt are here, so tests that really run the playbooks are SKIPPED.',
      'Install them (Debian: apt-get install ansible ansible-lint dpkg-dev python3-apt).',
    ],
  });

/** Ansible's apt module works with the system's own Python. */
const knowsApt = () => spawnSync('/usr/bin/python3', ['-c', 'import apt'], { stdio: 'ignore' }).status === 0;
