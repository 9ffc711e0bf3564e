"""The unit of work over DynamoDB: writes, commit, and one answer per key."""
