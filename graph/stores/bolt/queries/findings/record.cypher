MATCH (result:_Result {key: $key})
SET result.version = $version, result.about = $about, result.before = $before,
  result.aboutBefore = $aboutBefore, result.staging = null
