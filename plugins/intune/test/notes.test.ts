import { expect } from 'chai';
import { markOf } from '@eucora/sdk';
import { givenOrder, givenPackage } from '@eucora/sdk/testing';
import { markOfTarget, newNotes, noteTarget, readPackageMark } from '../src/notes.js';

const lab = markOf(givenOrder());
const canary = markOf(givenOrder({ ring: 'canary', intentId: 'intent-2' }));

describe('our writing in the notes of an app', () => {
  it('says what the app is, also of names with spaces, signs and slashes', () => {
    const order = givenOrder({ package: givenPackage({ name: '@scope/A tool [beta]', version: '1.0/2' }) });
    expect(readPackageMark(newNotes(order))).to.deep.equal({
      key: '@scope/A tool [beta]@1.0/2/windows',
      name: '@scope/A tool [beta]',
      version: '1.0/2',
      platform: 'windows',
      sha256: order.package.artifact.sha256,
    });
  });

  it('is found between the lines of other people, and not where there is none', () => {
    expect(
      readPackageMark(`Ask Kim first.\r\n${newNotes(givenOrder()).replace('\n', '\r\n')}\r\nSeen 3 May`)?.version,
    ).to.equal('2.0.0');
    expect(readPackageMark('nothing of ours')).to.equal(undefined);
    expect(readPackageMark(null)).to.equal(undefined);
    expect(markOfTarget(undefined, 'a')).to.equal(undefined);
  });

  it('names for each group the order that assigned it', () => {
    const notes = noteTarget(noteTarget(newNotes(givenOrder()), lab, 'a'), canary, 'b');
    expect(markOfTarget(notes, 'a')).to.deep.equal(lab);
    expect(markOfTarget(notes, 'b')).to.deep.equal(canary);
    expect(readPackageMark(notes)?.version).to.equal('2.0.0');
  });

  it('gives the maker of the app for a group that nobody noted', () => {
    const notes = noteTarget(noteTarget(newNotes(givenOrder()), lab, 'a'), canary, 'a');
    expect(markOfTarget(notes, 'z')).to.deep.equal(lab);
  });

  it('keeps a group under one order only', () => {
    const moved = noteTarget(noteTarget(newNotes(givenOrder()), lab, 'a'), canary, 'a');
    expect(markOfTarget(moved, 'a')).to.deep.equal(canary);
    expect(moved.match(/ on a/g)).to.have.length(1);
  });

  it('does not change when it says so already, also for a remediation with a correlation id of its own', () => {
    const notes = noteTarget(newNotes(givenOrder()), lab, 'a');
    expect(noteTarget(notes, { ...lab, correlationId: 'another' }, 'a')).to.equal(notes);
  });

  it('leaves the lines of other people alone', () => {
    const notes = noteTarget(`Ask Kim first.\n${newNotes(givenOrder())}\nSeen 3 May`, canary, 'b');
    expect(notes.split('\n')).to.include.members(['Ask Kim first.', 'Seen 3 May']);
  });
});
