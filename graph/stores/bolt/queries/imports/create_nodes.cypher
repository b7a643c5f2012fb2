UNWIND range(0, $last) AS at
CREATE (:{{label}} { {{props}} })
