CREATE TABLE messages (
  page BIGINT(20) UNSIGNED,
  time_created_ns BIGINT(20) UNSIGNED,
  message MEDIUMTEXT,
  PRIMARY KEY (page, time_created_ns)
) ENGINE=InnoDB
