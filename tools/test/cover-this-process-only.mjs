/**
 * Nearly all processes that tests start run the built packages, whose lines are not counted; without this each would write
 * some ten megabytes of coverage nevertheless. Node has read the variable by now, and hands it on only while it stands here.
 */
delete process.env['NODE_V8_COVERAGE'];
